namespace Commission.Embedded.Runtime;

/// <summary>The requests that are not admitted yet, in order of arrival. Used under its activation's gate.</summary>
internal struct Mailbox
{
    private QueuedRequest? _first;
    private QueuedRequest? _last;

    internal readonly QueuedRequest? First => _first;

    internal void Add(QueuedRequest request)
    {
        if (_last is null)
        {
            _first = request;
        }
        else
        {
            _last.Next = request;
        }

        _last = request;
    }

    /// <summary>
    /// Takes out, in order, every request that the test takes; the test may look at what it took before.
    /// </summary>
    internal void Take(Func<QueuedRequest, bool> take)
    {
        var rest = default(Mailbox);
        for (var request = _first; request is not null;)
        {
            var next = request.Next;
            request.Next = null;
            if (!take(request))
            {
                rest.Add(request);
            }

            request = next;
        }

        this = rest;
    }

    internal QueuedRequest TakeFirst()
    {
        var request = _first!;
        _first = request.Next;
        _last = _first is null ? null : _last;
        request.Next = null;
        return request;
    }
}
