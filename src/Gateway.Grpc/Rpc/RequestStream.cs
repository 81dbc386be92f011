using System.IO.Pipelines;
using Commission.Gateway.Grpc.Http;
using Google.Protobuf;

namespace Commission.Gateway.Grpc.Rpc;

/// <summary>The messages of a request as they come in; enumerated once, read as fast as they are asked for.</summary>
internal sealed class RequestStream<T>(GrpcCall call, MessageParser<T> parser)
    : IAsyncEnumerable<T>, IAsyncEnumerator<T>
    where T : class, IMessage<T>
{
    private readonly PipeReader _input = call.Input;
    private CancellationToken _token;
    private CancellationTokenSource? _linked;
    private T? _current;
    private bool _taken;

    public T Current => _current ?? throw new InvalidOperationException("There is no current message.");

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (_taken)
        {
            throw new InvalidOperationException("The requests of a call can be enumerated once.");
        }

        _taken = true;
        _token = call.CancellationToken;
        if (cancellationToken.CanBeCanceled && cancellationToken != _token)
        {
            _linked = CancellationTokenSource.CreateLinkedTokenSource(_token, cancellationToken);
            _token = _linked.Token;
        }

        return this;
    }

    public ValueTask<bool> MoveNextAsync()
    {
        // The pipe belongs to the next call once this one has ended.
        _token.ThrowIfCancellationRequested();
        return HttpBody.TryRead(_input, out var result) && Accept(result, out var more) ? new(more) : WaitAsync();
    }

    public ValueTask DisposeAsync()
    {
        _linked?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<bool> WaitAsync()
    {
        while (true)
        {
            var result = await call.ReadAsync(_token);
            if (Accept(result, out var more))
            {
                return more;
            }
        }
    }

    /// <summary>Takes a message, or notes the end; false if neither is there yet.</summary>
    private bool Accept(ReadResult result, out bool more)
    {
        var buffer = result.Buffer;
        more = false;
        try
        {
            var limit = call.Server.Options.MaxMessageBytes;
            if (Frames.TryTake(ref buffer, limit, out var compressed, out var body))
            {
                _current = call.Parse(parser, body, compressed);
                more = true;
            }
            else if (result.IsCompleted && !buffer.IsEmpty)
            {
                throw Frames.Truncated(buffer);
            }

            call.Hold(buffer.Length);
        }
        finally
        {
            HttpBody.AdvanceTo(_input, buffer.Start, more ? buffer.Start : buffer.End);
        }

        return more || result.IsCompleted;
    }
}
