#pragma warning disable
namespace Commission.Embedded.Runtime;

internal abstract class GrainReference(string key) : IAddressable
{
    internal string Key { get; } = key;

    internal T As<T>() => throw new InvalidOperationException(Key);
}
