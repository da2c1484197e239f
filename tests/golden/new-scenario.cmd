new scenario
