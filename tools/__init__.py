"""Programs of this repository that no user of the package needs."""
