check tests/golden/failing --counterexamples -d redis-py-4.5.1/pool -q --ascii
