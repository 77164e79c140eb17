"""Models of admission: one file a family, each result frozen, with tidy tables and what it withheld."""
