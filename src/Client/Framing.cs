using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Google.Protobuf;
using Google.Rpc;

namespace Commission.Client;

/// <summary>The frames of gRPC: one byte of flags, four of length, and the message.</summary>
internal static class Framing
{
    private const int HeaderBytes = 5;

    /// <summary>A message with its frame header, ready to be sent.</summary>
    public static byte[] Encode(IMessage message, bool gzip)
    {
        if (gzip)
        {
            return EncodeGzip(message);
        }

        var size = message.CalculateSize();
        var frame = new byte[HeaderBytes + size];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), size);
        message.WriteTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    /// <summary>The next message, or null at the end of the response.</summary>
    public static async ValueTask<T?> ReadAsync<T>(
        PipeReader input, MessageParser<T> parser, int limit, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (TryTake(ref buffer, parser, limit) is { } message)
            {
                input.AdvanceTo(buffer.Start);
                return message;
            }

            if (result.IsCompleted)
            {
                return buffer.IsEmpty ? null : throw Broken("The response ended within a message.");
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static T? TryTake<T>(ref ReadOnlySequence<byte> buffer, MessageParser<T> parser, int limit)
        where T : class, IMessage<T>
    {
        if (buffer.Length < HeaderBytes)
        {
            return null;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > limit)
        {
            throw new RpcFailure(Code.ResourceExhausted, $"A response has {length} bytes; the limit is {limit}.");
        }

        if (buffer.Length - HeaderBytes < length)
        {
            return null;
        }

        var body = buffer.Slice(HeaderBytes, length);
        buffer = buffer.Slice(body.End);
        return Parse(parser, body, header[0] == 1, limit);
    }

    private static T Parse<T>(MessageParser<T> parser, in ReadOnlySequence<byte> body, bool compressed, int limit)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(compressed ? Inflate(body, limit) : body);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException)
        {
            throw Broken($"A response can't be read: {e.Message}");
        }
    }

    private static ReadOnlySequence<byte> Inflate(in ReadOnlySequence<byte> body, int limit)
    {
        using var gzip = new GZipStream(PipeReader.Create(body).AsStream(), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        var chunk = new byte[8192];
        while (gzip.Read(chunk) is > 0 and var read)
        {
            plain.Write(chunk, 0, read);
            if (plain.Length > limit)
            {
                throw new RpcFailure(Code.ResourceExhausted, $"A response decompresses to more than {limit} bytes.");
            }
        }

        return new ReadOnlySequence<byte>(plain.ToArray());
    }

    private static byte[] EncodeGzip(IMessage message)
    {
        using var packed = new MemoryStream();
        packed.Write([1, 0, 0, 0, 0]);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            message.WriteTo(gzip);
        }

        var frame = packed.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - HeaderBytes);
        return frame;
    }

    private static RpcFailure Broken(string message) => new(Code.Internal, message);
}
