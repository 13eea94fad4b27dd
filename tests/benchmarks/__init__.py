"""The benchmarks themselves: what they list, what they tell, and that they count right. No test is about speed."""
