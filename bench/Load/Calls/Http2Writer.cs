using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Commission.Load.Calls;

/// <summary>Writes the frames of HTTP/2 (RFC 9113) that a client of unary gRPC calls needs, with headers by HPACK
/// (RFC 7541): the first call of a connection names them, all later ones refer to its table.</summary>
/// <param name="output">Where they go.</param>
internal sealed class Http2Writer(ArrayBufferWriter<byte> output)
{
    private const int FrameHeader = 9;
    private const int MostWindow = int.MaxValue;
    private const int FirstWindow = 65_535;
    private const byte EndStream = 0x1;
    private const byte EndHeaders = 0x4;
    private const byte Ack = 0x1;

    // Of HPACK's table: the last five entries are those that the first call adds, the newest has number 62.
    private static readonly byte[] KnownHeaders = [0x83, 0x86, 0x80 | 66, 0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62];
    private byte[]? _headers;

    /// <summary>
    /// What a connection begins with: answers may be as long as they like, and use no table of headers.
    /// </summary>
    public void Begin()
    {
        output.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Header(Http2Frame.Settings, 0, 0, 18);
        Setting(1, 0);
        Setting(2, 0);
        Setting(4, MostWindow);
        MoreWindow(MostWindow - FirstWindow);
    }

    /// <summary>A call.</summary>
    /// <param name="stream">Its number: odd, and higher than those before.</param>
    /// <param name="script">What is called.</param>
    /// <param name="message">The request.</param>
    public void Call(int stream, CallScript script, ReadOnlySpan<byte> message)
    {
        var headers = _headers is null ? FirstHeaders(script) : KnownHeaders;
        _headers = KnownHeaders;
        Header(Http2Frame.Headers, EndHeaders, stream, headers.Length);
        output.Write(headers);
        Header(Http2Frame.Data, EndStream, stream, message.Length);
        output.Write(message);
    }

    /// <summary>That the other's settings are taken.</summary>
    public void AckSettings() => Header(Http2Frame.Settings, Ack, 0, 0);

    /// <summary>The answer to a ping.</summary>
    public void AckPing(ReadOnlySpan<byte> data)
    {
        Header(Http2Frame.Ping, Ack, 0, data.Length);
        output.Write(data);
    }

    /// <summary>So many more bytes may be sent to this side.</summary>
    public void MoreWindow(int bytes)
    {
        Header(Http2Frame.WindowUpdate, 0, 0, 4);
        Number(bytes);
    }

    private static byte[] FirstHeaders(CallScript script)
    {
        var block = new List<byte> { 0x83, 0x86 };
        Literal(block, 0x44, script.Path);
        Literal(block, 0x41, "localhost");
        Literal(block, 0x5f, "application/grpc");
        block.Add(0x40);
        Text(block, "te");
        Text(block, "trailers");
        // Who has no token sends something of no meaning, so that the table is the same.
        Literal(block, script.Token is null ? (byte)0x7a : (byte)0x57, script.Token is { } token
            ? $"Bearer {token}" : "bench");
        return [.. block];
    }

    private static void Literal(List<byte> block, byte name, string value)
    {
        block.Add(name);
        Text(block, value);
    }

    /// <summary>A string as it is, after its length, of which 7 bits are in the first byte.</summary>
    private static void Text(List<byte> block, string text)
    {
        const int most = 0x7f;
        var length = text.Length;
        block.Add((byte)Math.Min(length, most));
        if (length >= most)
        {
            for (length -= most; length > most; length >>= 7)
            {
                block.Add((byte)(0x80 | (length & most)));
            }

            block.Add((byte)length);
        }

        block.AddRange(Encoding.ASCII.GetBytes(text));
    }

    private void Setting(short id, int value)
    {
        BinaryPrimitives.WriteInt16BigEndian(output.GetSpan(2), id);
        output.Advance(2);
        Number(value);
    }

    private void Number(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    private void Header(Http2Frame type, byte flags, int stream, int length)
    {
        var header = output.GetSpan(FrameHeader);
        BinaryPrimitives.WriteInt32BigEndian(header, length << 8);
        (header[3], header[4]) = ((byte)type, flags);
        BinaryPrimitives.WriteInt32BigEndian(header[5..], stream);
        output.Advance(FrameHeader);
    }
}
