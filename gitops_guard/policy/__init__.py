"""Rules, packs, waivers, the engine."""
