"""What an operator asks of a deployed environment: plan, status, events, health, and why it failed."""
