using System.Buffers;
using Google.Protobuf;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace Commission.Silo.Hosting;

/// <summary>A protobuf message between silos: its own encoding, after its length.</summary>
/// <remarks>
/// A message is a value: two references to one message become two messages. Fields that the reader's version of a
/// message does not know are kept, as protobuf keeps them.
/// </remarks>
/// <typeparam name="TMessage">The message.</typeparam>
internal sealed class MessageCodec<TMessage> : IFieldCodec<TMessage>, IDeepCopier<TMessage>
    where TMessage : class, IMessage<TMessage>, new()
{
    private static readonly MessageParser<TMessage> Parser = new(static () => new TMessage());

    /// <inheritdoc/>
    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, TMessage? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (value is null)
        {
            ReferenceCodec.WriteNullReference(ref writer, fieldIdDelta);
            return;
        }

        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(TMessage), WireType.LengthPrefixed);
        var length = value.CalculateSize();
        writer.WriteVarUInt32((uint)length);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        value.WriteTo(buffer.AsSpan(0, length));
        writer.Write(buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <inheritdoc/>
    public TMessage? ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.WireType == WireType.Reference)
        {
            return ReferenceCodec.ReadReference<TMessage, TInput>(ref reader, field);
        }

        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireType(WireType.LengthPrefixed);
        return Parser.ParseFrom(reader.ReadBytes(reader.ReadVarUInt32()));
    }

    /// <inheritdoc/>
    public TMessage? DeepCopy(TMessage? input, CopyContext context) => input?.Clone();
}
