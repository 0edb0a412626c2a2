"""What is done with a report: an attestation that lasts, and its verification."""
