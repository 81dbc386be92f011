using System.Collections.Concurrent;
using Google.Protobuf;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;

namespace Commission.Silo.Hosting;

/// <summary>Gives Orleans a codec and a copier for each type of protobuf message that grains exchange.</summary>
internal sealed class MessageCodecs : ISpecializableCodec, ISpecializableCopier, ITypeFilter
{
    private readonly ConcurrentDictionary<Type, object> _codecs = new();

    /// <summary>Whether the type is a message, and not an interface of messages.</summary>
    public bool IsSupportedType(Type type) =>
        type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IMessage));

    /// <summary>The codec of a type of messages.</summary>
    public IFieldCodec GetSpecializedCodec(Type type) => (IFieldCodec)Of(type);

    /// <summary>The copier of a type of messages.</summary>
    public IDeepCopier GetSpecializedCopier(Type type) => (IDeepCopier)Of(type);

    /// <summary>Whether bytes may name the type: messages may be named, of other types others decide.</summary>
    public bool? IsTypeAllowed(Type type) => IsSupportedType(type) ? true : null;

    private object Of(Type type) => _codecs.GetOrAdd(
        type, static of => Activator.CreateInstance(typeof(MessageCodec<>).MakeGenericType(of))!);
}
