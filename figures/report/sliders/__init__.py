"""The parts of the report that move."""
