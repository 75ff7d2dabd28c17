"""Speech: the daemon that speaks (speech-dispatcher), its protocol, and the choice of a voice."""
