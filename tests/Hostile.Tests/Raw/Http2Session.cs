using System.Buffers.Binary;

namespace Commission.Hostile.Tests.Raw;

/// <summary>A connection of HTTP/2 whose frames are made by hand.</summary>
internal sealed class Http2Session : IDisposable
{
    private const ushort HeaderTableSize = 1;
    private const ushort InitialWindow = 4;

    private readonly RawConnection _connection;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;

    private Http2Session(RawConnection connection) => _connection = connection;

    /// <summary>Whether what the server asks for in the ordinary way is acknowledged: settings and pings.</summary>
    public bool Acknowledges { get; set; } = true;

    /// <summary>Connects, and says what every client says.</summary>
    /// <param name="to">The server.</param>
    /// <param name="patience">When to give up.</param>
    /// <param name="window">Bytes of each response that are taken before the client says more.</param>
    /// <param name="receiveBytes">Of the socket's buffer; 0: as the system has it.</param>
    public static async Task<Http2Session> OpenAsync(
        Uri to, CancellationToken patience, uint window = 1 << 20, int receiveBytes = 0)
    {
        var session = new Http2Session(await RawConnection.OpenAsync(to, patience, receiveBytes));
        var settings = Http2Frame.SettingsOf((HeaderTableSize, 0), (InitialWindow, window));
        await session.SendAsync([.. Http2Frame.Preface, .. settings.ToBytes()], patience);
        return session;
    }

    /// <summary>The headers of a call by gRPC.</summary>
    public static byte[] CallHeaders(string path, params IEnumerable<(string Name, string Value)> others) =>
        Hpack.Encode(
        [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
            ("content-type", "application/grpc"), ("te", "trailers"), .. others,
        ]);

    /// <summary>HEADERS and DATA of a whole call.</summary>
    public static byte[] Call(int stream, string path, byte[] frames) =>
    [
        .. Http2Frame.Of(FrameType.Headers, Http2Frame.EndHeaders, stream, CallHeaders(path)).ToBytes(),
        .. Http2Frame.Of(FrameType.Data, Http2Frame.EndStream, stream, frames).ToBytes(),
    ];

    public Task<bool> SendAsync(byte[] bytes, CancellationToken patience) => _connection.SendAsync(bytes, patience);

    public Task<bool> SendAsync(Http2Frame frame, CancellationToken patience) => SendAsync(frame.ToBytes(), patience);

    /// <summary>Says that no more is sent.</summary>
    public void Finish() => _connection.Finish();

    /// <summary>The next frame; null when the server has ended the connection.</summary>
    public async Task<Http2Frame?> ReadAsync(CancellationToken patience)
    {
        while (true)
        {
            if (Take() is { } frame)
            {
                await AcknowledgeAsync(frame, patience);
                return frame;
            }

            Compact();
            var read = await _connection.ReceiveAsync(_buffer.AsMemory(_end), patience);
            if (read == 0)
            {
                return null;
            }

            _end += read;
        }
    }

    /// <summary>The first frame that is asked for; null when the server has ended the connection before.</summary>
    public async Task<Http2Frame?> ReadAsync(Func<Http2Frame, bool> wanted, CancellationToken patience)
    {
        while (await ReadAsync(patience) is { } frame)
        {
            if (wanted(frame))
            {
                return frame;
            }
        }

        return null;
    }

    public void Dispose() => _connection.Dispose();

    private Http2Frame? Take()
    {
        var bytes = _buffer.AsSpan(_start, _end - _start);
        if (bytes.Length < Http2Frame.HeadBytes)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(bytes) >>> 8;
        if (bytes.Length < Http2Frame.HeadBytes + length)
        {
            return null;
        }

        _start += Http2Frame.HeadBytes + length;
        return new Http2Frame(
            (FrameType)bytes[3],
            bytes[4],
            BinaryPrimitives.ReadInt32BigEndian(bytes[5..]) & int.MaxValue,
            bytes.Slice(Http2Frame.HeadBytes, length).ToArray());
    }

    private void Compact()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
    }

    private async Task AcknowledgeAsync(Http2Frame frame, CancellationToken patience)
    {
        if (Acknowledges && frame is { Type: FrameType.Settings or FrameType.Ping } && (frame.Flags & 1) == 0)
        {
            var payload = frame.Type == FrameType.Ping ? frame.Payload : [];
            await SendAsync(new Http2Frame(frame.Type, Http2Frame.Ack, 0, payload), patience);
        }
    }
}
