designs show my-pool
