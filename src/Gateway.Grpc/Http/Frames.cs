using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Commission.Gateway.Grpc.Http;

/// <summary>The frames of gRPC: one byte of flags, four of length, and the message.</summary>
internal static class Frames
{
    public const int HeaderBytes = 5;

    /// <summary>Takes the next frame off the buffer; false if it is not all there yet.</summary>
    /// <exception cref="RpcError">INTERNAL for unknown flags; RESOURCE_EXHAUSTED over the limit.</exception>
    public static bool TryTake(
        ref ReadOnlySequence<byte> buffer, int limit, out bool compressed, out ReadOnlySequence<byte> body)
    {
        compressed = false;
        body = default;
        if (buffer.Length < HeaderBytes)
        {
            return false;
        }

        var (flags, length) = Header(buffer);
        if (flags > 1)
        {
            throw new RpcError(RpcStatus.Internal, $"The message frame begins with 0x{flags:x2}, not with 0 or 1.");
        }

        if (length > limit)
        {
            throw TooLarge(length, limit);
        }

        if (buffer.Length - HeaderBytes < length)
        {
            return false;
        }

        compressed = flags == 1;
        body = buffer.Slice(HeaderBytes, length);
        buffer = buffer.Slice(body.End);
        return true;
    }

    /// <summary>The refusal of a body that ended inside a frame.</summary>
    public static RpcError Truncated(in ReadOnlySequence<byte> rest)
    {
        var text = rest.Length < HeaderBytes
            ? $"The request ended within a frame header: {rest.Length} of {HeaderBytes} bytes."
            : $"The request ended within a message: {rest.Length - HeaderBytes} of {Header(rest).Length} bytes.";
        return new RpcError(RpcStatus.Internal, text);
    }

    public static RpcError TooLarge(long length, int limit) =>
        new(RpcStatus.ResourceExhausted, $"The message has {length} bytes; the limit is {limit}.");

    /// <summary>Writes a frame and says how many bytes it has; nothing is flushed.</summary>
    public static int Write(IBufferWriter<byte> output, IMessage message, int size)
    {
        var head = output.GetSpan(size > Large ? HeaderBytes : HeaderBytes + size);
        head[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], size);
        if (size > Large)
        {
            // One span for all of it would come from the heap instead of the pool.
            output.Advance(HeaderBytes);
            message.WriteTo(output);
        }
        else
        {
            message.WriteTo(head.Slice(HeaderBytes, size));
            output.Advance(HeaderBytes + size);
        }

        return HeaderBytes + size;
    }

    /// <summary>Writes the frame of a message that was made into bytes before.</summary>
    public static int Write(IBufferWriter<byte> output, ReadOnlySpan<byte> message)
    {
        var head = output.GetSpan(HeaderBytes);
        head[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], message.Length);
        output.Advance(HeaderBytes);
        output.Write(message);
        return HeaderBytes + message.Length;
    }

    /// <summary>Writes a frame compressed, and says how many bytes it has.</summary>
    public static int WriteGzip(IBufferWriter<byte> output, IMessage message, int size)
    {
        using var packed = Gzip.Deflate(message, size);
        var bytes = packed.Written;
        var head = output.GetSpan(HeaderBytes);
        head[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], bytes.Length);
        output.Advance(HeaderBytes);
        output.Write(bytes);
        return HeaderBytes + bytes.Length;
    }

    private const int Large = 32 * 1024;

    private static (byte Flags, uint Length) Header(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.FirstSpan.Length >= HeaderBytes)
        {
            return (buffer.FirstSpan[0], BinaryPrimitives.ReadUInt32BigEndian(buffer.FirstSpan[1..]));
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        return (header[0], BinaryPrimitives.ReadUInt32BigEndian(header[1..]));
    }
}
