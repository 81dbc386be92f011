using System.Threading.Channels;
using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>The state of one stream of events: what is under way, and which acknowledgements wait.</summary>
/// <param name="settings">How much may be under way.</param>
/// <param name="ending">Cancelled when nothing more is to be taken.</param>
internal sealed class EventStream(GatewaySettings settings, CancellationToken ending)
{
    private readonly Channel<(RecordAck Ack, int Bytes)> _acks =
        Channel.CreateBounded<(RecordAck, int)>(settings.StreamWindow);

    private Exception? _broken;

    // The requests themselves count as one.
    private long _open = 1;

    /// <summary>Cancelled when nothing more is to be taken.</summary>
    public CancellationToken Ending => ending;

    /// <summary>Bounds what is under way; an acknowledgement that was taken leaves it.</summary>
    public EventWindow Window { get; } = new(settings.StreamWindow, settings.StreamBytes);

    /// <summary>The acknowledgements; ends after the last, or by what <see cref="Fail"/> was told.</summary>
    public ChannelReader<(RecordAck Ack, int Bytes)> Acks => _acks.Reader;

    /// <summary>Returns when one more event may be under way.</summary>
    public async Task EnterAsync(int bytes)
    {
        await Window.EnterAsync(bytes, ending);
        Interlocked.Increment(ref _open);
    }

    /// <summary>Answers an event that entered.</summary>
    public void Acknowledge(RecordAck ack, int bytes)
    {
        // There is room for all that is under way; it is only refused where the stream has ended already.
        _acks.Writer.TryWrite((ack, bytes));
        Close();
    }

    /// <summary>Ends the stream at once, behind the acknowledgements that there are.</summary>
    public void Fail(Exception broken) => _acks.Writer.TryComplete(broken);

    /// <summary>No more events come: the stream ends behind the acknowledgements of those that came.</summary>
    /// <param name="broken">How the stream then ends; null: well.</param>
    public void Complete(Exception? broken = null)
    {
        _broken = broken;
        Close();
    }

    private void Close()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _acks.Writer.TryComplete(_broken);
        }
    }
}
