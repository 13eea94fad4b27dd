"""The deployment as it is written down: compose.yaml, the image, the settings, what the manual tells to type."""
