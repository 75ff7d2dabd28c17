"""The services of the platform's catalogue, as this station offers them."""
