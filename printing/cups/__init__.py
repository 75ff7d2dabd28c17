"""The printer on a CUPS queue: submit a job, follow it, recover after a failure."""
