"""What a provider of SMS tells us: what became of a text, and what people write back. Reading it is the channel's."""
