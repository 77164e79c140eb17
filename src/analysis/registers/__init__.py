"""Reads every register, target table and stock of members under data/raw into the processed tables."""
