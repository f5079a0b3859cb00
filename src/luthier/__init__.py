"""Luthier: fine-tune pretrained language models so that a fine-tune does not fail silently."""
