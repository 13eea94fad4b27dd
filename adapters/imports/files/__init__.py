"""Files as people export them, read for the text and the numbers of their cells alone: workbooks and CSV."""
