namespace Commission.Gateway.Grpc.Api;

/// <summary>
/// The events of one stream that are under way: bounded in number and bytes, but one is always let in. One at a time
/// waits to enter.
/// </summary>
/// <param name="mostEvents">At least 1.</param>
/// <param name="mostBytes">Together.</param>
internal sealed class EventWindow(int mostEvents, long mostBytes)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _room;
    private int _events;
    private long _bytes;

    /// <summary>Returns when the event has its place.</summary>
    public async Task EnterAsync(int bytes, CancellationToken cancellation)
    {
        while (!TryEnter(bytes, out var room))
        {
            await room.WaitAsync(cancellation);
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(int bytes)
    {
        lock (_lock)
        {
            _events--;
            _bytes -= bytes;
            _room?.TrySetResult();
            _room = null;
        }
    }

    private bool TryEnter(int bytes, out Task room)
    {
        lock (_lock)
        {
            if (_events == 0 || (_events < mostEvents && _bytes + bytes <= mostBytes))
            {
                _events++;
                _bytes += bytes;
                room = Task.CompletedTask;
                return true;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = _room.Task;
            return false;
        }
    }
}
