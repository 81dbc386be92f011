using Microsoft.Extensions.DependencyInjection;

namespace Commission.Embedded;

/// <summary>The identity of a stream: a namespace and a key.</summary>
public readonly record struct StreamId
{
    private readonly string? _namespace;
    private readonly string? _key;

    private StreamId(string? ns, string key) => (_namespace, _key) = (ns, key);

    /// <summary>The stream with this key in this namespace.</summary>
    /// <param name="ns">Null and empty are the same namespace.</param>
    /// <param name="key">Not empty.</param>
    public static StreamId Create(string? ns, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return new StreamId(string.IsNullOrEmpty(ns) ? null : ns, key);
    }

    /// <summary>The namespace; null if it has none.</summary>
    public string? GetNamespace() => _namespace;

    /// <summary>The key.</summary>
    public string GetKeyAsString() => _key ?? string.Empty;

    /// <summary>Namespace and key with a slash between.</summary>
    public override string ToString() => _namespace is null ? GetKeyAsString() : $"{_namespace}/{_key}";
}

/// <summary>
/// The place of an item in its stream. Numbers only grow; a step of more than one means items were dropped.
/// </summary>
public abstract class StreamSequenceToken : IEquatable<StreamSequenceToken>
{
    /// <summary>The number of the item in its stream.</summary>
    public abstract long SequenceNumber { get; protected set; }

    /// <summary>The number of the item within its batch; always 0 here.</summary>
    public abstract int EventIndex { get; protected set; }

    /// <inheritdoc/>
    public abstract bool Equals(StreamSequenceToken? other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StreamSequenceToken);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SequenceNumber, EventIndex);
}

/// <summary>One subscription to one stream.</summary>
public abstract class StreamSubscriptionHandle<T>
{
    /// <summary>The stream subscribed to.</summary>
    public abstract StreamId StreamId { get; }

    /// <summary>The name of the provider it came from.</summary>
    public abstract string ProviderName { get; }

    /// <summary>The identity of the subscription.</summary>
    public abstract Guid HandleId { get; }

    /// <summary>Ends the subscription: no delivery starts after it returns. A second time does nothing.</summary>
    public abstract Task UnsubscribeAsync();
}

/// <summary>
/// A stream of items from any number of publishers to any number of subscribers, held in memory only.
/// </summary>
#pragma warning disable CA1711 // The name is Orleans' own; grain source must compile against both.
public interface IAsyncStream<T>
#pragma warning restore CA1711
{
    /// <summary>The identity of the stream.</summary>
    StreamId StreamId { get; }

    /// <summary>The name of the provider it came from.</summary>
    string ProviderName { get; }

    /// <summary>
    /// Hands the item to the queue of each subscriber and returns without waiting for them. A full queue drops its
    /// oldest item.
    /// </summary>
    /// <param name="item">The item; subscribers get this very object.</param>
    /// <param name="token">Without effect: the stream numbers its items itself.</param>
    /// <exception cref="InvalidOperationException">The stream has subscribers for another type of item.</exception>
    Task OnNextAsync(T item, StreamSequenceToken? token = null);

    /// <summary>
    /// Has the handler called for each item published from now on, one at a time, in order. What it throws is logged
    /// and it gets the next. A grain's handler runs as a request of the grain, and its subscription ends with its
    /// activation.
    /// </summary>
    /// <exception cref="InvalidOperationException">The stream has subscribers for another type of item.</exception>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(Func<T, StreamSequenceToken?, Task> onNextAsync);
}

/// <summary>A named source of streams.</summary>
public interface IStreamProvider
{
    /// <summary>The name it was registered under.</summary>
    string Name { get; }

    /// <summary>
    /// The stream with this identity; it need not be created. All use it with the same type of item.
    /// </summary>
    IAsyncStream<T> GetStream<T>(StreamId streamId);
}

/// <summary>Streams from within grains and from outside.</summary>
public static class StreamingExtensions
{
    /// <summary>The stream provider registered under this name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static IStreamProvider GetStreamProvider(this IGrainBase grain, string name) =>
        Find(grain.GrainContext.ActivationServices, name);

    /// <summary>The stream provider registered under this name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static IStreamProvider GetStreamProvider(this IClusterClient client, string name) =>
        Find(client.ServiceProvider, name);

    private static IStreamProvider Find(IServiceProvider services, string name) =>
        services.GetKeyedService<IStreamProvider>(name)
        ?? throw new KeyNotFoundException($"Stream provider '{name}' not found.");
}
