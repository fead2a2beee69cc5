"""A drill: a whole installation beside neighbours that stop, go silent, slow down or restart (`scripts/drill`)."""
