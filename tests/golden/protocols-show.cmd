protocols show rpc
