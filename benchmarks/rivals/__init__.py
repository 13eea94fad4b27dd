"""Whom we are compared with, each as somebody who knows it would write it."""
