"""What the association does with its coops: who holds a mandate, where money goes, which letters went out."""
