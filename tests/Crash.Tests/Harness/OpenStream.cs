using Commission.Contracts.V1;

namespace Commission.Crash.Tests.Harness;

/// <summary>The requests of one stream, and which of them are not answered yet.</summary>
/// <param name="books">Where requests come from, and those without an answer go to.</param>
/// <param name="window">Requests that may wait for their answer.</param>
/// <param name="length">Requests in all.</param>
/// <param name="over">Ends it sooner.</param>
internal sealed class OpenStream(KnownBooks books, int window, int length, CancellationToken over) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _room = new(window);
    private readonly CancellationTokenSource _ended = CancellationTokenSource.CreateLinkedTokenSource(over);
    private readonly Dictionary<long, RecordRequest> _open = [];
    private long _next;
    private bool _isEnded;

    public async IAsyncEnumerable<RecordRequest> RequestsAsync()
    {
        while (await NextAsync() is { } request)
        {
            yield return request;
        }
    }

    /// <summary>The request that an acknowledgement answers.</summary>
    public RecordRequest Answered(RecordAck ack)
    {
        lock (_lock)
        {
            Assert.True(_open.Remove(ack.Index, out var request), $"{ack} answers nothing.");
            _room.Release();
            return request;
        }
    }

    /// <summary>What is not answered now must be sent again.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isEnded = true;
            foreach (var request in _open.Values)
            {
                books.Lose(request);
            }
        }

        _ended.Cancel();
    }

    public void Dispose()
    {
        _ended.Dispose();
        _room.Dispose();
    }

    private async Task<RecordRequest?> NextAsync()
    {
        try
        {
            await _room.WaitAsync(_ended.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }

        lock (_lock)
        {
            if (_isEnded || _next == length)
            {
                return null;
            }

            var request = books.Next();
            _open.Add(_next++, request);
            return request;
        }
    }
}
