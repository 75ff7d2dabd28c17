"""How a text is read aloud: numbers, dates, money and codes in words, and the pinyin of Chinese."""
