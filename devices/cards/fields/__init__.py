"""Fields of cards: text, dates, codes and identity numbers, decoded and checked."""
