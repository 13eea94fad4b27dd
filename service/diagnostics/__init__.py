"""What an operator watches: figures for a monitoring system, and a doctor who says what is wrong and what to do."""
