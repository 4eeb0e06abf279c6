"""What outlives the server: runs, marks, challenge results."""
