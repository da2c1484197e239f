designs list 'patterns/*ed*'
