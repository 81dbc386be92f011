using System.Buffers.Binary;
using Google.Protobuf;

namespace Commission.Load.Calls;

/// <summary>The unary gRPC calls that a load makes, prepared so that making them costs next to nothing.</summary>
/// <param name="path">Of the method, <c>/package.Service/Method</c>.</param>
/// <param name="token">Sent with each call; null: none.</param>
/// <param name="requests">The messages.</param>
/// <param name="marks">For each message what the answer to it must contain.</param>
/// <param name="order">In which they are sent, again and again.</param>
internal sealed class CallScript(
    string path, string? token, IReadOnlyList<IMessage> requests, IReadOnlyList<byte[]> marks, int[] order)
{
    private const int Prefix = 5;
    private readonly byte[][] _frames = [.. requests.Select(Frame)];

    /// <summary>Of the method.</summary>
    public string Path => path;

    /// <summary>Sent with each call; null: none.</summary>
    public string? Token => token;

    /// <summary>Which message the call with a number has.</summary>
    public int At(long number) => order[number % order.Length];

    /// <summary>The message as gRPC frames it.</summary>
    public ReadOnlySpan<byte> Request(int index) => _frames[index];

    /// <summary>Whether the beginning of an answer is that of the answer to a message.</summary>
    public bool IsAnswer(int index, ReadOnlySpan<byte> answer) => answer.IndexOf(marks[index]) >= 0;

    /// <summary>The same calls of a server whose every answer has the same mark.</summary>
    public CallScript Marked(byte[] mark) => new(path, token, requests, [.. marks.Select(_ => mark)], order);

    private static byte[] Frame(IMessage message)
    {
        var frame = new byte[Prefix + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - Prefix);
        message.WriteTo(frame.AsSpan(Prefix));
        return frame;
    }
}
