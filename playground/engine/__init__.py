"""The engine: a separate warm process that builds, describes and trains networks. Nothing else imports Keras or TensorFlow."""
