"""What is kept in files: pieces of long work, tables and where they come from."""
