schema design | cmp - sim/scenario/schema/design.schema.json && echo the file
