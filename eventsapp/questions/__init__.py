"""What officers ask: question kinds, conditions, the builder, and answer sheets; for sign-ups, and later for surveys."""
