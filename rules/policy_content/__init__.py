"""What policies allow, by their documents: customer managed, inline and AWS managed ones."""
