"""What is fast, measured side by side with what users would pick instead. `make bench` runs `benchmarks.run`."""
