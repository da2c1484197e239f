"""A client that greets and then writes without end to its standard output or error, and reads nothing.

  flood.py stdout|stderr PIECE     a piece is written again and again; `x` has no line end, `$'x\n'` does
"""
import sys

print('{"client": "flood"}', flush=True)
stream = {"stdout": sys.stdout, "stderr": sys.stderr}[sys.argv[1]]
piece = sys.argv[2] * (65536 // len(sys.argv[2]))
while True:
    stream.write(piece)
