namespace Commission.Embedded;

/// <summary>Something that can be called by its identity: a grain or a reference to one.</summary>
public interface IAddressable;

/// <summary>
/// The root of grain interfaces. Their methods return Task, Task&lt;T&gt;, ValueTask or ValueTask&lt;T&gt;.
/// </summary>
public interface IGrain : IAddressable;

/// <summary>A grain whose identity is its class and a text.</summary>
public interface IGrainWithStringKey : IGrain;

/// <summary>
/// Hands out references to grains. A reference is cheap, is never null and outlives any activation.
/// </summary>
public interface IGrainFactory
{
    /// <summary>The reference to the grain with this key; nothing is activated before it is called.</summary>
    /// <typeparam name="TGrainInterface">A grain interface that one registered class implements.</typeparam>
    /// <param name="primaryKey">The grain's key, not empty.</param>
    /// <param name="grainClassNamePrefix">Null, or a prefix of the implementing class's full name.</param>
    /// <exception cref="ArgumentException">
    /// No registered class implements the interface, or the key is empty.
    /// </exception>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;
}

/// <summary>The way into the grains from outside of them, such as from a gateway.</summary>
public interface IClusterClient : IGrainFactory
{
    /// <summary>The services of the process, among them its stream providers.</summary>
    IServiceProvider ServiceProvider { get; }
}

/// <summary>What the runtime knows of one activation.</summary>
public interface IGrainContext
{
    /// <summary>The grain's key.</summary>
    string Key { get; }

    /// <summary>
    /// The services the activation was built from: the process's own, there is no scope per activation.
    /// </summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>
    /// Deactivates once the requests that run now have ended. Does nothing on one that already goes.
    /// </summary>
    /// <param name="reason">Passed on to <see cref="Grain.OnDeactivateAsync"/>.</param>
    void Deactivate(DeactivationReason reason);
}

/// <summary>What the runtime needs of a grain class; <see cref="Grain"/> implements it.</summary>
public interface IGrainBase
{
    /// <summary>The activation this object is the grain of.</summary>
    IGrainContext GrainContext { get; }
}

/// <summary>Identity and conversion of grains and references.</summary>
public static class GrainExtensions
{
    /// <summary>The key of the grain, or of the grain the reference points to.</summary>
    /// <exception cref="ArgumentException">The object is neither.</exception>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain switch
    {
        Grain activated => activated.GrainContext.Key,
        Runtime.GrainReference reference => reference.Key,
        _ => throw NotAGrain(grain),
    };

    /// <summary>
    /// A reference by which others can call the grain, by another or the same interface of its class.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The object is no grain, or its class does not implement the interface.
    /// </exception>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) => grain switch
    {
        Grain activated => activated.Activation.ReferenceAs<TGrainInterface>(),
        Runtime.GrainReference reference => reference.As<TGrainInterface>(),
        _ => throw NotAGrain(grain),
    };

    private static ArgumentException NotAGrain(IAddressable grain) =>
        new($"{grain.GetType()} is neither a grain nor a reference to one.", nameof(grain));
}
