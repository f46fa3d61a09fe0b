"""Calls by voice and by language models: who is meant, who may be reached, what is said."""
