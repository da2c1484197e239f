schema scenario | cmp - sim/scenario/schema/scenario.schema.json && echo the file
