using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Commission.Load.Events;

/// <summary>The requests of one stream: every so many-th of the events, each when it is due.</summary>
internal sealed class PacedContent : HttpContent
{
    private const int Prefix = 5;
    private const int MostBytes = 1 << 16;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);
    private readonly ArrayBufferWriter<byte> _burst = new(MostBytes);
    private readonly PacedEvents _events;
    private readonly int _step;
    private int _next;

    /// <summary>One that has sent nothing.</summary>
    /// <param name="events">Of which it sends some.</param>
    /// <param name="first">The number of its first.</param>
    /// <param name="step">From each of its events to its next.</param>
    public PacedContent(PacedEvents events, int first, int step)
    {
        (_events, _next, _step) = (events, first, step);
        Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        while (_next < _events.Count)
        {
            _burst.ResetWrittenCount();
            TakeDue();
            if (_burst.WrittenCount == 0)
            {
                await Task.Delay(Step, cancellationToken);
                continue;
            }

            await stream.WriteAsync(_burst.WrittenMemory, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    private void TakeDue()
    {
        var now = TimeProvider.System.GetTimestamp();
        for (; _next < _events.Count && _burst.WrittenCount < MostBytes && _events.DueAt(_next) <= now; _next += _step)
        {
            var message = _events.Send(_next);
            var size = message.CalculateSize();
            var frame = _burst.GetSpan(Prefix + size);
            frame[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(frame[1..], size);
            message.WriteTo(frame.Slice(Prefix, size));
            _burst.Advance(Prefix + size);
        }
    }
}
