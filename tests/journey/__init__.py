"""The whole house on real stacks: cards behind pcscd and a pty, paper through cupsd."""
