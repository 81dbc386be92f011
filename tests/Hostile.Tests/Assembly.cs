// Each measures a server, and hears a neighbour whom the others would disturb.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
