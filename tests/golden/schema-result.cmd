schema result | cmp - sim/scenario/schema/result.schema.json && echo the file
