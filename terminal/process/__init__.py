"""What every process of the terminal needs: exit codes, logs, signals, temporary folders."""
