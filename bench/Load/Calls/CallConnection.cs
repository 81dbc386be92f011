using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Commission.Load.Calls;

/// <summary>
/// A connection on which as many calls are always under way as it has streams: each answer is followed by the next
/// call. It reads no more of answers than it must to see that they are right, so that the load costs little.
/// </summary>
internal sealed class CallConnection : IDisposable
{
    private const int FrameHeader = 9;
    private const int Remembered = 1 << 16;
    private const int WindowStep = 1 << 28;
    private readonly CallScript _script;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly ArrayBufferWriter<byte> _sending = new(1 << 16);
    private readonly Http2Writer _writer;
    private readonly byte[] _received = new byte[1 << 18];
    private readonly Pending[] _calls = new Pending[Remembered];
    private readonly Latencies _latencies;
    private readonly Uri _server;
    private readonly int _streams;
    private int _filled;
    private int _unacknowledged;
    private int _nextStream = 1;
    private long _number;
    private int _underWay;
    private volatile bool _isEnding;

    /// <summary>One that does nothing until it is run.</summary>
    /// <param name="server">Where it goes; without TLS.</param>
    /// <param name="script">The calls.</param>
    /// <param name="first">The number of its first call.</param>
    /// <param name="streams">Calls that are under way together.</param>
    /// <param name="latencies">Is told of each call.</param>
    public CallConnection(Uri server, CallScript script, long first, int streams, Latencies latencies)
    {
        (_server, _script, _number, _streams, _latencies) = (server, script, first, streams, latencies);
        _writer = new Http2Writer(_sending);
    }

    /// <summary>Begins no more calls.</summary>
    public void End() => _isEnding = true;

    /// <summary>Makes calls until it is ended and all are answered.</summary>
    /// <exception cref="InvalidOperationException">An answer was wrong, or not given.</exception>
    public async Task RunAsync()
    {
        await _socket.ConnectAsync(_server.Host, _server.Port);
        _writer.Begin();
        for (var i = 0; i < _streams; i++)
        {
            Call();
        }

        while (_underWay > 0)
        {
            await _socket.SendAsync(_sending.WrittenMemory);
            _sending.ResetWrittenCount();
            var count = await _socket.ReceiveAsync(_received.AsMemory(_filled));
            _filled += count > 0 ? count : throw new InvalidOperationException("The server closed the connection.");
            TakeFrames();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Call()
    {
        var index = _script.At(_number++);
        _calls[Place(_nextStream)] = new Pending { Request = index, Started = TimeProvider.System.GetTimestamp() };
        _writer.Call(_nextStream, _script, _script.Request(index));
        _nextStream += 2;
        _underWay++;
    }

    // As streams are answered about in their order, the place of one is free long before it is used again.
    private static int Place(int stream) => (stream >> 1) & (Remembered - 1);

    private void TakeFrames()
    {
        var at = 0;
        while (_filled - at >= FrameHeader)
        {
            var header = _received.AsSpan(at, FrameHeader);
            var length = BinaryPrimitives.ReadInt32BigEndian(header) >>> 8;
            if (_filled - at < FrameHeader + length)
            {
                break;
            }

            Take(header, _received.AsSpan(at + FrameHeader, length));
            at += FrameHeader + length;
        }

        _received.AsSpan(at, _filled - at).CopyTo(_received);
        _filled -= at;
    }

    private void Take(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var isLast = (header[4] & 0x1) != 0;
        var stream = BinaryPrimitives.ReadInt32BigEndian(header[5..]) & int.MaxValue;
        switch ((Http2Frame)header[3])
        {
            case Http2Frame.Data:
                TakeData(stream, payload);
                break;
            case Http2Frame.Headers when isLast:
                TakeEnd(stream, payload);
                break;
            case Http2Frame.Settings when !isLast:
                _writer.AckSettings();
                break;
            case Http2Frame.Ping when !isLast:
                _writer.AckPing(payload);
                break;
            case Http2Frame.ResetStream or Http2Frame.GoAway or Http2Frame.Continuation:
                throw new InvalidOperationException($"The server sent {(Http2Frame)header[3]} for stream {stream}.");
            default:
                break;
        }
    }

    private void TakeData(int stream, ReadOnlySpan<byte> data)
    {
        _unacknowledged += data.Length;
        if (_unacknowledged > WindowStep)
        {
            _writer.MoreWindow(_unacknowledged);
            _unacknowledged = 0;
        }

        ref var call = ref _calls[Place(stream)];
        call.IsAnswered |= _script.IsAnswer(call.Request, data);
    }

    private void TakeEnd(int stream, ReadOnlySpan<byte> trailers)
    {
        ref var call = ref _calls[Place(stream)];
        if (!call.IsAnswered || trailers.IndexOf("grpc-status\u00010"u8) < 0)
        {
            throw new InvalidOperationException(
                $"Request {call.Request} was answered wrongly: {Encoding.Latin1.GetString(trailers)}");
        }

        _latencies.Add(TimeProvider.System.GetTimestamp() - call.Started);
        _underWay--;
        if (!_isEnding)
        {
            Call();
        }
    }

    private struct Pending
    {
        public int Request;
        public long Started;
        public bool IsAnswered;
    }
}
